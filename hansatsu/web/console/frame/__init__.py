"""What every page of the console stands in: site, guard, menu, lists, forms, tables."""
