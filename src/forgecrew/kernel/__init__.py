"""What happens: inbox, trigger, queue, worker, reconcile, effects."""
