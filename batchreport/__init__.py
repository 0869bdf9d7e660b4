"""batchreport turns the Excel workbooks that departments fill into finished Word reports, all of them at once, and loses nothing on the way."""

__version__ = "0.1.0"
