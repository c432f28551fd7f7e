"""A consent and web-analytics gateway: start reading at `gateway.pipeline`."""

__version__ = "0.1.0"
