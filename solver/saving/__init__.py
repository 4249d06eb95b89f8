"""What is kept in files: sessions, runs and their records."""
