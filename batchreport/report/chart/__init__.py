"""This module holds the charts of a report: what one is, how it is drawn, and how one that a template draws is filled."""

from batchreport.report.chart.value import KINDS, ROUND, Chart, Series

__all__ = ["KINDS", "ROUND", "Chart", "Series"]
