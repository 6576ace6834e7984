"""What repeats: deeds read off lines, and the habits, usual places and tastes that are counted from them."""
