"""What knows no business: transactions, paging, errors, outbound guard, embedded database."""
