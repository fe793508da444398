"""`make preview`: every stack of the tree through the real engine, the policy pack and the offline AWS."""
