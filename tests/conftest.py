"""What every test may use. Fixtures for one subject live beside its tests."""
