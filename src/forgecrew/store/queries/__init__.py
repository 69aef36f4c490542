"""One file per noun: async functions on an open connection, committed by whoever opened it."""
