package org.edm2search.space.constraint;

import java.util.Set;
import java.util.TreeSet;
import org.edm2search.space.cost.Expense;

/** An amount computed from what a candidate takes and what the seed architecture takes. */
sealed interface Expression {

  /** Returns the value, in double precision. */
  double value(Amounts amounts);

  /** Returns which expenses of the candidate or the seed architecture it needs. */
  Set<Expense> expenses();

  /** A constant. */
  record Constant(double number) implements Expression {
    @Override
    public double value(Amounts amounts) {
      return number;
    }

    @Override
    public Set<Expense> expenses() {
      return Set.of();
    }
  }

  /**
   * What a network takes.
   *
   * @param ofSeed whether of the seed architecture rather than the candidate
   */
  record Amount(Expense expense, boolean ofSeed) implements Expression {
    @Override
    public double value(Amounts amounts) {
      return ofSeed ? amounts.ofSeed(expense) : amounts.ofCandidate(expense);
    }

    @Override
    public Set<Expense> expenses() {
      return Set.of(expense);
    }
  }

  /**
   * Two expressions put together.
   *
   * @param operator one of + - * /
   */
  record Binary(char operator, Expression left, Expression right) implements Expression {
    @Override
    public double value(Amounts amounts) {
      double a = left.value(amounts);
      double b = right.value(amounts);
      return switch (operator) {
        case '+' -> a + b;
        case '-' -> a - b;
        case '*' -> a * b;
        case '/' -> a / b;
        default -> throw new IllegalStateException("no such operator: " + operator);
      };
    }

    @Override
    public Set<Expense> expenses() {
      Set<Expense> both = new TreeSet<>(left.expenses());
      both.addAll(right.expenses());
      return both;
    }
  }
}
