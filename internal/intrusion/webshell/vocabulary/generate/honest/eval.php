<?php
$rule = 'return $total > 100;';
$total = $cart->total();
if (eval($rule)) { echo 'Free shipping'; }
