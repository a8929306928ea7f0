"""The case and the people who take it: pure domain, without a clock, input or output."""
