"""What trees may ask of the service, answered from the utility's data."""
