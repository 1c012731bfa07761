"""The version of wenti, for what must not load the package's public names."""

__version__ = "0.1.0"
