"""Carrying a reform of the map out on a stage: `python -m infra.reform --help`; docs/reform.md is the runbook."""
