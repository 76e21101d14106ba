SELECT amount FROM revision
