// Where the program begins.

Program.run()
