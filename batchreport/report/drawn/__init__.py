"""This package puts pictures and charts into reports."""
