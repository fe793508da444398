"""What Elastic Beanstalk starts: the default of its option WSGIPath, at the root of the source bundle."""

from backoffice.office import application

__all__ = ["application"]
