"""This package knows what of a workbook its report shows."""
