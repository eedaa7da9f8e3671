<?php
$a = (float) $_POST['a']; $b = (float) $_POST['b'];
switch ($_POST['op']) { case '+': echo $a + $b; break; case '-': echo $a - $b; break; }
