"""This package says in a designer's words why a tag failed, or is refused."""
