"""The shop's back office: a WSGI application for Elastic Beanstalk."""
