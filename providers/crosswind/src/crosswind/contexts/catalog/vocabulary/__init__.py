"""What people say of assets beside tags: who answers for them, their domain, terms and data products."""
