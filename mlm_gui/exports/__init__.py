"""What can be taken home: figures at a size, code, reports and animations."""
