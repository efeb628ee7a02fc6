"""資金照合: whether the money in the scheme's account is what there should be (ADR 0296)."""
