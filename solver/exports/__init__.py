"""What is taken home: code, notebooks and tables."""
