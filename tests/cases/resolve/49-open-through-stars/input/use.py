from mid import Made
