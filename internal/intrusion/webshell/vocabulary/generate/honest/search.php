<?php echo htmlspecialchars($_GET['q']); ?>
