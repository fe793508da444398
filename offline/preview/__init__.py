"""`make preview`: preview all stacks with the real engine, the policy pack and the offline AWS provider."""
