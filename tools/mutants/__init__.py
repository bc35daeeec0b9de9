"""Mutation testing of `routing/`: one small change at a time, in memory; some test should refuse each."""
