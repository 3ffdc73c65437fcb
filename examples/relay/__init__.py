"""A small chat relay that grew in the usual way."""
