"""What is declared of orders: features, columns of the fact, counts beside orders. It computes nothing."""
