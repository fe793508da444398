"""The video platform's services: auth and recommendations, and the schema of its catalog."""
