"""What a column holds of personal data, told from its name and a sample; knows no connection and no store."""
