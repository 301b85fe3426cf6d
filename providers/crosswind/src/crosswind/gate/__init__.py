"""What every door does alike: who is asking, may they, in which transaction, and what an error is called."""
