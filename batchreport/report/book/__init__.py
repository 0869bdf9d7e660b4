"""This module binds the reports of a period into one document."""

from batchreport.report.book.front import Cover, Entry
from batchreport.report.book.make import Book, make_book

__all__ = ["Book", "Cover", "Entry", "make_book"]
