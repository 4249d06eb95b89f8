"""The tour of the window: a few stops, each a callout beside the real thing."""
