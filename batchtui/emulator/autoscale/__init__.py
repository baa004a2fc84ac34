"""Autoscale: the language of formulas, the samples that they look at, and the runs of pools."""
