"""Look for the accounts of officials over every open route, and keep how far the search came."""
