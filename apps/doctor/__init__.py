"""What is installed, what works and what is missing. Nothing heavy is imported to find out."""

from apps.doctor.command import doctor

__all__ = ["doctor"]
