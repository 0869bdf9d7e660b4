"""This package works out, before any workbook is read, what the names in a template stand for."""
