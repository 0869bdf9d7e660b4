"""This package looks at documents before they are handed out."""
