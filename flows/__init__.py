"""What is said and what follows: pure, without a clock, input or output."""
