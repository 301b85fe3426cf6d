"""Who may do what: API keys, tenants, roles, attribute grants and logins."""
