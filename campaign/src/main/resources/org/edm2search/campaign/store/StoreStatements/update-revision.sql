UPDATE revision SET amount = :amount
