"""The rules of consent and measurement: pure functions, frozen values, no I/O, no clock."""
