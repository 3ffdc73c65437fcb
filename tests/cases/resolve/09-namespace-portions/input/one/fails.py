from first.only import Only
