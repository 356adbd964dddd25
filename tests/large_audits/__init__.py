"""Tests of large audits."""
